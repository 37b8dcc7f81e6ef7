import CLinux
import Glibc

/// Programs of the system that the tests run: PostgreSQL's own, and openssl.
enum Command {
    struct Failed: Error, CustomStringConvertible {
        let description: String
    }

    /// Starts it and gives its process id. What it says goes to `log`.
    static func start(
        _ words: [String], log: String, asUser user: PostgresUser? = nil, stdin: Int32? = nil
    ) throws -> pid_t {
        let words = (user?.prefix ?? []) + words
        var pointers = words.map { strdup($0) } + [nil]
        let path = strdup("PATH=/usr/sbin:/usr/bin:/sbin:/bin")
        let language = strdup("LC_ALL=C")
        var variables = [path, language, nil]
        defer { for pointer in pointers + variables { free(pointer) } }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if let stdin {
            posix_spawn_file_actions_adddup2(&actions, stdin, 0)
        } else {
            posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        }
        posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o644)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        // The ends of other tests' connections: while a child has one too, closing it tells the peer nothing.
        clinux_spawn_closes_from(&actions, 3)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // What the test process has blocked must not be blocked in a server that lives on signals.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var child = pid_t()
        let failure = posix_spawnp(&child, words[0], &actions, &attributes, &pointers, &variables)
        guard failure == 0 else {
            throw Failed(description: "cannot start \(words): \(String(cString: strerror(failure)))")
        }
        return child
    }

    /// Runs it to its end, which must be a good one.
    static func run(_ words: [String], log: String, asUser user: PostgresUser? = nil) throws {
        guard try status(words, log: log, asUser: user) == 0 else {
            throw Failed(description: "\(words.joined(separator: " ")) failed: see \(log)")
        }
    }

    static func status(_ words: [String], log: String, asUser user: PostgresUser? = nil) throws -> Int32 {
        let child = try start(words, log: log, asUser: user)
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        return status
    }
}

/// PostgreSQL refuses to run as root, so tests that do lend it another user.
struct PostgresUser: Sendable {
    let id: uid_t
    let group: gid_t

    /// Nil where the tests themselves run as an ordinary user.
    static func ifRoot() -> PostgresUser? {
        guard geteuid() == 0 else { return nil }
        for name in ["postgres", "nobody"] {
            if let entry = getpwnam(name) {
                return PostgresUser(id: entry.pointee.pw_uid, group: entry.pointee.pw_gid)
            }
        }
        return nil
    }

    var prefix: [String] { ["setpriv", "--reuid=\(id)", "--regid=\(group)", "--clear-groups"] }
}
