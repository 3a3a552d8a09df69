"""Many runs compared: cluster beside cluster."""
