import CLinux
import Glibc

/// A program of the system as a child, killed with the object.
final class ChildProcess: @unchecked Sendable {
    let pid: pid_t
    private var isOver = false

    struct StartError: Error { let message: String }

    /// Its output goes to `output`, a file's path.
    init(_ program: String, _ arguments: [String], output: String) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        defer { posix_spawn_file_actions_destroy(&actions) }
        var argv = ([program] + arguments).map { strdup($0) } + [nil]
        var envp = [strdup("PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin"), strdup("LC_ALL=C"), nil]
        defer { for text in argv + envp { free(text) } }
        var child: pid_t = 0
        let failure = posix_spawnp(&child, program, &actions, nil, &argv, &envp)
        guard failure == 0 else {
            throw StartError(message: "\(program): \(String(cString: strerror(failure)))")
        }
        pid = child
    }

    deinit { end() }

    func send(_ signal: Int32) { if !isOver { kill(pid, signal) } }

    func end() {
        guard !isOver else { return }
        kill(pid, SIGKILL)
        _ = wait()
    }

    var isRunning: Bool {
        var status: Int32 = 0
        guard !isOver else { return false }
        isOver = waitpid(pid, &status, WNOHANG) == pid
        return !isOver
    }

    /// The exit code, or the negative signal.
    @discardableResult
    func wait() -> Int32 {
        guard !isOver else { return 0 }
        var raw: Int32 = 0
        while waitpid(pid, &raw, 0) < 0, errno == EINTR {}
        isOver = true
        return raw & 0x7f == 0 ? (raw >> 8) & 0xff : -(raw & 0x7f)
    }

    /// Runs a program to its end; what it printed, or an error when it failed.
    @discardableResult
    static func run(_ program: String, _ arguments: [String], in directory: ScratchDirectory) throws -> String
    {
        let output = directory.path + "/run-\(clinux_monotonic_ns()).out"
        let code = try ChildProcess(program, arguments, output: output).wait()
        let text = directory.read(output)
        guard code == 0 else { throw StartError(message: "\(program) \(arguments): \(text)") }
        return text
    }
}
