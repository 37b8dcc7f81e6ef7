import CLinux
import Glibc

/// One of the project's executables as a child process, with what it prints.
final class ServiceProcess {
    let pid: pid_t
    private let output: Int32
    private var collected: [UInt8] = []
    private var status: Int32?

    struct StartError: Error { let message: String }

    /// `arguments` without the program's name; `environment` is everything that the child sees. On a terminal it
    /// has one for its input as well, and a test can type.
    init(
        _ executable: String, _ arguments: [String], environment: [String: String] = [:],
        onTerminal: Bool = false
    ) throws {
        let pipes = try onTerminal ? Self.terminal() : Self.pipe()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        if onTerminal { posix_spawn_file_actions_adddup2(&actions, pipes[1], 0) }
        posix_spawn_file_actions_adddup2(&actions, pipes[1], 1)
        posix_spawn_file_actions_adddup2(&actions, pipes[1], 2)
        // The ends of other tests' connections: while a child has one too, closing it tells the peer nothing.
        clinux_spawn_closes_from(&actions, 3)
        defer { posix_spawn_file_actions_destroy(&actions) }
        let path = try Self.directory() + "/" + executable
        var argv = ([path] + arguments).map { strdup($0) } + [nil]
        var envp = (Self.ofSanitizer.merging(environment) { $1 }).map { strdup("\($0)=\($1)") } + [nil]
        defer { for text in argv + envp { free(text) } }
        var child: pid_t = 0
        let failure = posix_spawn(&child, path, &actions, nil, &argv, &envp)
        close(pipes[1])
        guard failure == 0 else {
            throw StartError(message: "\(path): \(String(cString: strerror(failure)))")
        }
        pid = child
        output = pipes[0]
    }

    /// Under the thread sanitizer a child needs its options too, and the way to what gives its frames their names: the
    /// project's exceptions go by these.
    private static let ofSanitizer: [String: String] = {
        guard let options = getenv("TSAN_OPTIONS"), let path = getenv("PATH") else { return [:] }
        return ["TSAN_OPTIONS": String(cString: options), "PATH": String(cString: path)]
    }()

    private static func pipe() throws -> [Int32] {
        var pipes: [Int32] = [0, 0]
        guard clinux_pipe(&pipes) == 0 else { throw StartError(message: "no pipe") }
        return pipes
    }

    /// The end that a person sits at, and the one that the program has. Glibc's Swift module has neither openpty nor
    /// the macros with the numbers of these two requests.
    private static func terminal() throws -> [Int32] {
        let unlock: UInt = 0x4004_5431
        let tellNumber: UInt = 0x8004_5430
        let near = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        var locked: Int32 = 0
        var number: Int32 = 0
        guard near >= 0, ioctl(near, unlock, &locked) == 0, ioctl(near, tellNumber, &number) == 0 else {
            throw StartError(message: "no terminal")
        }
        let far = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard far >= 0 else { throw StartError(message: "no terminal") }
        return [near, far]
    }

    func type(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        _ = write(output, bytes, bytes.count)
    }

    deinit {
        if status == nil {
            kill(pid, SIGKILL)
            waitpid(pid, nil, 0)
        }
        close(output)
    }

    var text: String { String(decoding: collected, as: UTF8.self) }

    /// Long enough for a machine that runs all other tests at once; what works never waits for it.
    static let patienceMs: Int32 = 60_000

    /// Reads what is printed until it holds `wanted`; nil when that does not come in time.
    func waitForOutput(_ wanted: String, timeoutMs: Int32 = patienceMs) -> String? {
        let deadline = clinux_monotonic_ns() + UInt64(timeoutMs) * 1_000_000
        while !text.contains(wanted) {
            guard clinux_monotonic_ns() < deadline, readMore(timeoutMs: 100) else { return nil }
        }
        return text
    }

    /// The exit code, or the negative signal number; kills the process when it does not end in time.
    func waitForExit(timeoutMs: Int32 = patienceMs) -> Int32 {
        let deadline = clinux_monotonic_ns() + UInt64(timeoutMs) * 1_000_000
        while readMore(timeoutMs: 50), clinux_monotonic_ns() < deadline {}
        if clinux_monotonic_ns() >= deadline { kill(pid, SIGKILL) }
        var raw: Int32 = 0
        waitpid(pid, &raw, 0)
        let code = raw & 0x7f == 0 ? (raw >> 8) & 0xff : -(raw & 0x7f)
        status = code
        return code
    }

    func send(_ signal: Int32) { kill(pid, signal) }

    /// False at the end of the output.
    private func readMore(timeoutMs: Int32) -> Bool {
        var waiting = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
        guard poll(&waiting, 1, timeoutMs) > 0 else { return true }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = read(output, &buffer, buffer.count)
        guard count > 0 else { return false }
        collected += buffer[..<count]
        return true
    }

    /// Where the build puts executables: beside the test bundle that is running.
    private static func directory() throws -> String {
        var buffer = [CChar](repeating: 0, count: 4_096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
        guard count > 0 else { throw StartError(message: "the test's own path is not known") }
        let path = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return String(path[..<path.lastIndex(of: "/")!])
    }
}

/// What a service says about itself when it is ready.
struct ReadyLine {
    let address: String
    let admin: String

    init?(_ output: String?) {
        guard let line = output?.split(separator: "\n").first(where: { $0.contains(#""message":"ready""#) }),
            let address = Self.value("address", in: line), let admin = Self.value("admin", in: line)
        else { return nil }
        self.address = address
        self.admin = admin
    }

    private static func value(_ member: String, in line: Substring) -> String? {
        guard let found = line.firstRange(of: "\"\(member)\":\"http://") else { return nil }
        return String(line[found.upperBound...].prefix { $0 != "\"" })
    }
}
