"""What a bug report needs, of one case: a page to paste into an issue tracker, and the files that it rests on."""
