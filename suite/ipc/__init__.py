"""Queues, semaphores and shared memory."""
