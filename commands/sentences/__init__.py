"""``python -m commands.sentences``: does every sentence that a requirement quotes still stand where it says?"""
