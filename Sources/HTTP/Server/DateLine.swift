import CLinux
import EventLoop
import Telemetry

/// The Date field's text, made again once a second and copied for every answer.
struct DateLine {
    private(set) var text = InlineArray<29, UInt8>(repeating: UInt8(ascii: " "))
    private var validUntilNs: UInt64 = 0

    @inline(__always)
    mutating func copy(to target: UnsafeMutableRawPointer, nowNs: UInt64) {
        if nowNs >= validUntilNs { refresh(nowNs) }
        withUnsafeBytes(of: text) { target.copyMemory(from: $0.baseAddress!, byteCount: 29) }
    }

    private mutating func refresh(_ nowNs: UInt64) {
        let wallMs = clinux_wall_ms()
        withUnsafeMutableBytes(of: &text) { HTTPDate.write(epochMs: wallMs, into: $0.baseAddress!) }
        validUntilNs = nowNs + UInt64(1_000 - wallMs % 1_000) * 1_000_000
    }
}
