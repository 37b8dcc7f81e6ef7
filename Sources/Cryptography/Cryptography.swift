// The first file of Cryptography: replaced by its rooms as they are built.
