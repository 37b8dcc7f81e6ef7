// Replaced as its tests are written.
