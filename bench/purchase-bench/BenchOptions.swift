import EventLoop
import Glibc
import LoadBot

/// What the bench is told on its command line.
struct BenchOptions {
    let address: SocketAddress
    let connections: Int
    let plan: PurchaseRun.Plan

    static let usage = """
        Usage: purchase-bench --address 127.0.0.1:PORT --event ID --seats FILE --tokens FILE --rate N --seconds S
                              [--skip SEATS] [--connections N] [--prefix TEXT]
        FILE has one seat, or one token, a line. Only loopback addresses are taken.
        """

    init?(_ arguments: [String]) {
        var values: [String: String] = [:]
        for index in stride(from: 0, to: arguments.count - 1, by: 2) {
            values[arguments[index]] = arguments[index + 1]
        }
        guard let place = values["--address"], let colon = place.lastIndex(of: ":"),
            let port = UInt16(place[place.index(after: colon)...]),
            let address = SocketAddress(host: String(place[..<colon]), port: port),
            address.host.hasPrefix("127."),
            let event = values["--event"], let rate = values["--rate"].flatMap(Double.init), rate > 0,
            let seconds = values["--seconds"].flatMap(Double.init), seconds > 0,
            let seats = values["--seats"].flatMap(Self.lines),
            let tokens = values["--tokens"].flatMap(Self.lines)
        else { return nil }
        let skip = values["--skip"].flatMap { Int($0) } ?? 0
        let count = Int((rate * seconds).rounded())
        guard seats.count >= skip + count, !tokens.isEmpty else { return nil }
        self.address = address
        connections = values["--connections"].flatMap { Int($0) } ?? 256
        plan = PurchaseRun.Plan(
            event: event, seats: Array(seats[skip..<(skip + count)]), tokens: tokens, ratePerSecond: rate,
            seconds: seconds, keyPrefix: values["--prefix"] ?? "bench")
    }

    private static func lines(of path: String) -> [String]? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = fread(&buffer, 1, buffer.count, file)
            guard count > 0 else { break }
            text += buffer[..<count]
        }
        return text.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
    }
}
