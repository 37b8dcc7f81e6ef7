import CCrypto
import Glibc

/// Random numbers from the kernel, fetched in advance so that an id costs no system call.
///
/// It cannot be copied: two copies would draw the same numbers.
package struct SecureRandom: ~Copyable {
    private static let capacity = 64

    private var pool = InlineArray<64, UInt64>(repeating: 0)
    private var left = 0

    package init() {}

    package mutating func next() -> UInt64 {
        if left == 0 {
            withUnsafeMutableBytes(of: &pool) { Self.fill($0) }
            left = Self.capacity
        }
        left -= 1
        let drawn = pool[left]
        // What was drawn may be a secret by now.
        pool[left] = 0
        return drawn
    }

    /// Fills the memory straight from the kernel.
    package static func fill(_ memory: UnsafeMutableRawBufferPointer) {
        var filled = 0
        while filled < memory.count {
            let count = getrandom(memory.baseAddress! + filled, memory.count - filled, 0)
            if count < 0, errno == EINTR { continue }
            // Without randomness every key and id would be a guess; going on is worse than stopping.
            precondition(count > 0, "the kernel gives no random numbers: \(String(cString: strerror(errno)))")
            filled += count
        }
    }

    package static func bytes(_ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        bytes.withUnsafeMutableBytes { fill($0) }
        return bytes
    }
}
