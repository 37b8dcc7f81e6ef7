// The first file of PublicSite: replaced by its rooms as they are built.
