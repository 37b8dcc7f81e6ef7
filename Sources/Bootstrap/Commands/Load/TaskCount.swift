import CLinux
import EventLoop
import Glibc

/// How many tasks run, as a command says: the `aws` command, or any that prints a number.
struct TaskCount: Sendable {
    let command: String
    let loop: EventLoop

    private static let pollMs: UInt64 = 20
    private static let patienceNs: UInt64 = 10_000_000_000
    private static let maxBytes = 64

    /// `CLUSTER:SERVICE,SERVICE`; nil when a name has what the shell would read as its own.
    static func command(ofECS text: String) -> String? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        let services = parts[1].split(separator: ",", omittingEmptySubsequences: false)
        let isPlain = ([parts[0]] + services).allSatisfy { name in
            // What begins with a hyphen would be read as an option.
            !name.isEmpty && !name.hasPrefix("-") && name.utf8.allSatisfy { isOfName($0) }
        }
        guard isPlain, services.count <= 10 else { return nil }
        return
            "exec aws ecs describe-services --cluster \(parts[0]) --services \(services.joined(separator: " "))"
            + " --query 'sum(services[].runningCount)' --output text"
    }

    private static func isOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    /// Nil when the command fails, says no number, or takes too long: then that moment has no number.
    func read() async -> Int? {
        var ends: [Int32] = [-1, -1]
        guard clinux_pipe(&ends) == 0 else { return nil }
        defer { close(ends[0]) }
        _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
        let child = start(output: ends[1])
        close(ends[1])
        guard let child else { return nil }
        let untilNs = loop.readClockNs() + Self.patienceNs
        var status: Int32 = 0
        while waitpid(child, &status, WNOHANG) == 0 {
            guard loop.readClockNs() < untilNs else {
                kill(child, SIGKILL)
                waitpid(child, &status, 0)
                return nil
            }
            await loop.sleep(forMs: Self.pollMs)
        }
        guard status == 0 else { return nil }
        var bytes = [UInt8](repeating: 0, count: Self.maxBytes)
        let count = Glibc.read(ends[0], &bytes, bytes.count)
        guard count > 0 else { return nil }
        let text = String(decoding: bytes[..<count], as: UTF8.self)
        // The `aws` command says a sum as `4` or `4.0`.
        return text.split(whereSeparator: { $0.isWhitespace }).first.flatMap { Double($0) }.flatMap {
            0...1_000_000 ~= $0 ? Int($0) : nil
        }
    }

    private func start(output: Int32) -> pid_t? {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        let words: [String] = ["/bin/sh", "-c", command]
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
        arguments.append(nil)
        defer { for argument in arguments { free(argument) } }
        var child: pid_t = 0
        guard posix_spawn(&child, "/bin/sh", &actions, nil, &arguments, environ) == 0 else { return nil }
        return child
    }
}
