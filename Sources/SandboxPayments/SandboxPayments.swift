// The first file of SandboxPayments: replaced by its rooms as they are built.
