import CLinux
import Glibc

/// A program of the system as a child, killed with the object and with the test process.
///
/// Safe to send: whoever holds it is one test, which starts, asks and ends it from one place at a time.
package final class ChildProcess: @unchecked Sendable {
    package let pid: pid_t
    /// What the guard beside the program reads: its end without a word is the end of this process.
    private let leash: Int32
    private var isOver = false

    package struct StartError: Error {
        package let message: String
        package init(message: String) { self.message = message }
    }

    /// Becomes the program, and leaves a guard behind that kills it when this process has gone in whatever way.
    private static let guarded = #"exec 3<&0 </dev/null; (read -r word <&3 || kill -9 $$) & exec "$@" 3<&-"#

    /// Its output goes to `output`, a file's path.
    package init(_ program: String, _ arguments: [String], output: String) throws {
        var ends: [Int32] = [-1, -1]
        // Not a pipe: writing to one whose reader has gone raises SIGPIPE.
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &ends) == 0
        else {
            throw StartError(message: "no leash: \(String(cString: strerror(errno)))")
        }
        defer { close(ends[0]) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_adddup2(&actions, ends[0], 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        // The ends of other tests' connections: while a child has one too, closing it tells the peer nothing.
        clinux_spawn_closes_from(&actions, 3)
        defer { posix_spawn_file_actions_destroy(&actions) }
        var argv = (["sh", "-c", Self.guarded, "sh", program] + arguments).map { strdup($0) } + [nil]
        var envp = [strdup("PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin"), strdup("LC_ALL=C"), nil]
        defer { for text in argv + envp { free(text) } }
        var child: pid_t = 0
        let failure = posix_spawnp(&child, "sh", &actions, nil, &argv, &envp)
        guard failure == 0 else {
            close(ends[1])
            throw StartError(message: "\(program): \(String(cString: strerror(failure)))")
        }
        pid = child
        leash = ends[1]
    }

    deinit {
        end()
        close(leash)
    }

    package func send(_ signal: Int32) { if !isOver { kill(pid, signal) } }

    package func end() {
        guard !isOver else { return }
        kill(pid, SIGKILL)
        _ = wait()
    }

    package var isRunning: Bool {
        var status: Int32 = 0
        guard !isOver else { return false }
        if waitpid(pid, &status, WNOHANG) == pid { ended() }
        return !isOver
    }

    /// The exit code, or the negative signal.
    @discardableResult
    package func wait() -> Int32 {
        guard !isOver else { return 0 }
        var raw: Int32 = 0
        while waitpid(pid, &raw, 0) < 0, errno == EINTR {}
        ended()
        return raw & 0x7f == 0 ? (raw >> 8) & 0xff : -(raw & 0x7f)
    }

    /// The guard is told, or it would kill whoever has the number next.
    private func ended() {
        isOver = true
        _ = Glibc.send(leash, "over\n", 5, Int32(MSG_NOSIGNAL))
    }

    /// Runs a program to its end; what it printed, or an error when it failed.
    @discardableResult
    package static func run(_ program: String, _ arguments: [String], in directory: ScratchDirectory) throws
        -> String
    {
        let output = directory.newFile()
        let code = try ChildProcess(program, arguments, output: output).wait()
        let text = directory.read(output)
        guard code == 0 else { throw StartError(message: "\(program) \(arguments): \(text)") }
        return text
    }
}
