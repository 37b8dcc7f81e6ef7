import Glibc
import JSON
import TicketingTesting

/// `aws-double` as a child process on free ports of loopback; gone when nobody holds it any more.
final class DoubleChild: Sendable {
    static let key = (id: "AKIDTEST", secret: "a-secret-for-tests")

    let url: String
    private let control: UInt16
    private let process: ChildProcess

    struct Trouble: Error, CustomStringConvertible { let description: String }

    init() throws {
        let directory = ScratchDirectory()
        let output = directory.newFile()
        process = try ChildProcess(
            Self.directory() + "/aws-double",
            ["--port", "0", "--control-port", "0", "--check-signatures", Self.key.id, Self.key.secret],
            output: output)
        var line = ""
        // A shared machine may be slow to start it.
        for _ in 0..<2_000 where !line.contains("\n") {
            guard process.isRunning else { break }
            line = directory.read(output)
            usleep(10_000)
        }
        guard let url = Self.value("address", in: line),
            let control = Self.value("control", in: line)?.split(separator: ":").last.flatMap({ UInt16($0) })
        else { throw Trouble(description: "aws-double did not get ready: \(line)") }
        self.url = url
        self.control = control
    }

    private static func value(_ member: String, in line: String) -> String? {
        guard let found = line.firstRange(of: "\"\(member)\":\"") else { return nil }
        return String(line[found.upperBound...].prefix { $0 != "\"" })
    }

    /// Where the build puts executables: beside the test bundle that is running.
    private static func directory() throws -> String {
        var buffer = [CChar](repeating: 0, count: 4_096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
        guard count > 0 else { throw Trouble(description: "the test's own path is not known") }
        let path = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return String(path[..<path.lastIndex(of: "/")!])
    }

    // MARK: The control port

    @discardableResult
    func post(_ target: String, _ body: String) throws -> String {
        try ask(
            "POST \(target) HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n"
                + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
    }

    func counts() throws -> String { try ask("GET /counts HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n") }

    /// How often an operation was called.
    func calls(_ operation: String) throws -> Int {
        let text = try counts()
        guard let found = text.firstRange(of: "\"\(operation)\":{\"calls\":") else { return 0 }
        return Int(text[found.upperBound...].prefix { $0.isNumber }) ?? 0
    }

    /// What it was billed for reading.
    func readUnits(_ operation: String) throws -> Double {
        switch try JSONValue(parsing: counts())["calls"]?[operation]?["readUnits"] {
        case .integer(let units): Double(units)
        case .double(let units): units
        default: 0
        }
    }

    func advance(ms: Int) throws { try post("/clock", #"{"advanceMs":\#(ms)}"#) }

    func faults(_ settings: String) throws { try post("/faults", settings) }

    func fault(_ operation: String, _ fault: String, count: Int = 1) throws {
        try post("/faults/next", #"{"operation":"\#(operation)","fault":"\#(fault)","count":\#(count)}"#)
    }

    private func ask(_ request: String) throws -> String {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = control.bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let isConnected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isConnected else { throw Trouble(description: "the control port does not answer") }
        _ = Array(request.utf8).withUnsafeBytes {
            Glibc.send(descriptor, $0.baseAddress!, $0.count, Int32(MSG_NOSIGNAL))
        }
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            answer += buffer[..<count]
        }
        let text = String(decoding: answer, as: UTF8.self)
        guard text.hasPrefix("HTTP/1.1 20"), let end = text.firstRange(of: "\r\n\r\n") else {
            throw Trouble(description: "the control port said: \(text)")
        }
        return String(text[end.upperBound...])
    }
}
