// The first file of ConfirmDesk: replaced by its rooms as they are built.
