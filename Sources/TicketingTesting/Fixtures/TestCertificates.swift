/// An authority and a server's certificate, made by the test with openssl.
package struct TestCertificates: Sendable {
    package let authority: String
    package let certificate: String
    package let key: String
    /// Kept, or the files would be gone with its last user.
    private let directory: ScratchDirectory

    /// Blocks. `names` as in a certificate: `IP:127.0.0.1`, `DNS:localhost`.
    package init(in directory: ScratchDirectory, for names: String, called name: String = "server") throws {
        self.directory = directory
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
            "openssl", ["req"] + newKey + ["-keyout", key, "-out", file(".csr"), "-subj", "/CN=\(name)"],
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
