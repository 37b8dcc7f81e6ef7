import Glibc
import TicketingTesting

/// An authority and a server's certificate, made by the test with openssl.
struct TestCertificates: Sendable {
    private let directory = ScratchDirectory()
    var authority: String { directory.path + "/ca.pem" }
    var certificate: String { directory.path + "/server.pem" }
    var key: String { directory.path + "/server.key" }

    struct Trouble: Error { let description: String }

    /// `names` as in a certificate: `IP:127.0.0.1`, `DNS:localhost`.
    init(for names: String) throws {
        let newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        let path = directory.path
        try run(
            ["req", "-x509"] + newKey + [
                "-keyout", "\(path)/ca.key", "-out", authority, "-days", "2", "-subj", "/CN=test authority",
            ])
        try run(["req"] + newKey + ["-keyout", key, "-out", "\(path)/server.csr", "-subj", "/CN=aws"])
        let extensions = directory.write("subjectAltName=\(names)\n", to: "server.ext")
        try run([
            "x509", "-req", "-in", "\(path)/server.csr", "-CA", authority, "-CAkey", "\(path)/ca.key",
            "-CAcreateserial", "-days", "2", "-extfile", extensions, "-out", certificate,
        ])
    }

    private func run(_ arguments: [String]) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        defer { posix_spawn_file_actions_destroy(&actions) }
        var argv = (["openssl"] + arguments).map { strdup($0) } + [nil]
        var envp = [strdup("PATH=/usr/local/bin:/usr/bin:/bin"), nil]
        defer { for text in argv + envp { free(text) } }
        var child: pid_t = 0
        guard posix_spawnp(&child, "openssl", &actions, nil, &argv, &envp) == 0 else {
            throw Trouble(description: "openssl is not there")
        }
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        guard status == 0 else { throw Trouble(description: "openssl \(arguments) failed") }
    }
}
