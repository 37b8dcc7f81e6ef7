/// An authority and a server's certificate, made by the test with openssl.
struct TestCertificates: Sendable {
    let authority: String
    let certificate: String
    let key: String

    /// `names` as in a certificate: `IP:127.0.0.1`, `DNS:localhost`.
    static func make(
        in directory: ScratchDirectory, for names: String, called name: String = "server"
    ) async throws -> TestCertificates {
        try await apart { try TestCertificates(in: directory, for: names, called: name) }
    }

    private init(in directory: ScratchDirectory, for names: String, called name: String) throws {
        func file(_ ending: String) -> String { "\(directory.path)/\(name)\(ending)" }
        (authority, certificate, key) = (file("-ca.pem"), file(".pem"), file(".key"))
        let newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        try ChildProcess.run(
            "openssl",
            ["req", "-x509"] + newKey + [
                "-keyout", file("-ca.key"), "-out", authority, "-days", "2", "-subj", "/CN=\(name) authority",
            ],
            in: directory)
        try ChildProcess.run(
            "openssl", ["req"] + newKey + ["-keyout", key, "-out", file(".csr"), "-subj", "/CN=redis"],
            in: directory)
        let extensions = directory.write("subjectAltName=\(names)\n", to: "\(name).ext")
        try ChildProcess.run(
            "openssl",
            [
                "x509", "-req", "-in", file(".csr"), "-CA", authority, "-CAkey", file("-ca.key"),
                "-CAcreateserial", "-days", "2", "-extfile", extensions, "-out", certificate,
            ], in: directory)
    }
}
