import Testing

@testable import Redis

@Suite("The circuit")
struct CircuitTests {
    private let ms: UInt64 = 1_000_000
    private var settings: RedisSettings {
        var settings = RedisSettings()
        settings.firstRetryMs = 100
        settings.longestRetryMs = 1_000
        settings.stableAfterMs = 5_000
        return settings
    }

    @Test("refuses after a failure, lets one call try when the pause is over, and passes after a connection")
    func cycle() {
        var circuit = Circuit(settings)
        #expect(circuit.admit(nowNs: 1) == .pass)
        let pauseNs = circuit.failed(nowNs: 10 * ms, jitter: 0.999)
        #expect((99 * ms...100 * ms).contains(pauseNs))
        #expect(circuit.admit(nowNs: 10 * ms + pauseNs - 1) == .refuse)
        #expect(circuit.admit(nowNs: 10 * ms + pauseNs) == .probe)
        #expect(circuit.admit(nowNs: 500 * ms) == .refuse)
        circuit.connected(nowNs: 500 * ms)
        #expect(circuit.admit(nowNs: 500 * ms) == .pass)
    }

    @Test(
        "leaves a server that goes on failing alone for longer and longer, up to a limit, and never all at once"
    )
    func backoff() {
        var circuit = Circuit(settings)
        let longest = (0..<6).map { circuit.failed(nowNs: UInt64($0) * ms, jitter: 1) / ms }
        #expect(longest == [100, 200, 400, 800, 1_000, 1_000])
        #expect(circuit.failed(nowNs: 7 * ms, jitter: 0) / ms == 500)
    }

    @Test("forgets failures only when a connection has held for a while")
    func stability() {
        var circuit = Circuit(settings)
        for _ in 0..<5 { _ = circuit.failed(nowNs: ms, jitter: 1) }
        circuit.connected(nowNs: 10 * ms)
        #expect(circuit.failed(nowNs: 20 * ms, jitter: 1) / ms == 1_000)
        circuit.connected(nowNs: 30 * ms)
        #expect(circuit.failed(nowNs: 5_030 * ms, jitter: 1) / ms == 100)
    }
}
