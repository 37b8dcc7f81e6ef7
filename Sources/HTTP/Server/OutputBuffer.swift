import Glibc

/// Where a loop writes the answers of one connection before they leave in one call. All connections of the
/// loop share it, one after the other, so it stays in the cache.
final class OutputBuffer {
    private(set) var base: UnsafeMutableRawPointer
    private(set) var count = 0
    private var capacity: Int

    /// Past this a connection sends what it has before it answers more of a pipeline.
    static let flushThresholdBytes = 64 * 1_024

    init() {
        capacity = 2 * Self.flushThresholdBytes
        base = .allocate(byteCount: capacity, alignment: 16)
    }

    deinit { base.deallocate() }

    var isEmpty: Bool { count == 0 }

    func clear() { count = 0 }

    /// Room for this many bytes; they count once `added` says so.
    @inline(__always)
    func reserve(_ size: Int) -> UnsafeMutableRawPointer {
        if capacity - count < size { grow(by: size) }
        return base + count
    }

    @inline(__always)
    func added(_ size: Int) { count += size }

    @inline(__always)
    func append(_ source: UnsafeRawPointer, _ size: Int) {
        memcpy(reserve(size), source, size)
        count += size
    }

    @inline(__always)
    func append(_ text: StaticString) { append(text.utf8Start, text.utf8CodeUnitCount) }

    func append(_ text: String) {
        var text = text
        text.withUTF8 { if let start = $0.baseAddress { append(start, $0.count) } }
    }

    func append(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { if let start = $0.baseAddress { append(start, $0.count) } }
    }

    func append(_ number: Int) {
        guard number >= 10 else {
            reserve(1).storeBytes(of: UInt8(0x30 + number), as: UInt8.self)
            return added(1)
        }
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var rest = number
            var start = digits.count
            while rest > 0 {
                start -= 1
                digits[start] = UInt8(0x30 + rest % 10)
                rest /= 10
            }
            append(digits.baseAddress! + start, digits.count - start)
        }
    }

    private func grow(by size: Int) {
        let larger = max(capacity * 2, count + size)
        let moved = UnsafeMutableRawPointer.allocate(byteCount: larger, alignment: 16)
        memcpy(moved, base, count)
        base.deallocate()
        base = moved
        capacity = larger
    }
}
