import Glibc

/// A certificate authority of the tests' own, and what it signs: made with openssl in a directory.
struct TestAuthority: Sendable {
    let directory: String
    private let log: String

    /// What clients are told to trust.
    var certificateFile: String { "\(directory)/authority.crt" }
    private var keyFile: String { "\(directory)/authority.key" }

    private static let newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]

    init(in directory: String, log: String) throws {
        self.directory = directory
        self.log = log
        mkdir(directory, 0o755)
        try Command.run(
            ["openssl", "req", "-x509"] + Self.newKey + [
                "-keyout", keyFile, "-out", certificateFile, "-days", "2", "-subj", "/CN=Authority of a test",
            ], log: log)
    }

    /// A certificate for one name, and its key.
    func sign(_ name: String) throws -> (certificateFile: String, keyFile: String) {
        let (certificate, key) = ("\(directory)/\(name).crt", "\(directory)/\(name).key")
        try Command.run(
            ["openssl", "req", "-new"] + Self.newKey + [
                "-keyout", key, "-out", "\(directory)/\(name).csr", "-subj", "/CN=\(name)", "-addext",
                "subjectAltName=DNS:\(name)",
            ], log: log)
        try Command.run(
            [
                "openssl", "x509", "-req", "-in", "\(directory)/\(name).csr", "-CA", certificateFile,
                "-CAkey",
                keyFile, "-CAcreateserial", "-days", "2", "-copy_extensions", "copy", "-out", certificate,
            ], log: log)
        return (certificate, key)
    }
}
