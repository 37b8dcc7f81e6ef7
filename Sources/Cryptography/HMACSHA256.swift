import CCrypto

/// HMAC-SHA-256 (RFC 2104) with one key, whose two padded forms are made once.
///
/// Each owner, usually a loop, has its own: it hashes in a context that cannot be shared.
package struct HMACSHA256: ~Copyable {
    private static let blockLength = 64

    private var hash = SHA256()
    /// The key for the inner hash, then the key for the outer one; wiped when the owner lets go.
    private let pads: UnsafeMutableRawBufferPointer

    package init(key: UnsafeRawBufferPointer) { pads = Self.makePads(key) }

    package init(key: [UInt8]) { pads = key.withUnsafeBytes { Self.makePads($0) } }

    private static func makePads(_ key: UnsafeRawBufferPointer) -> UnsafeMutableRawBufferPointer {
        let pads = UnsafeMutableRawBufferPointer.allocate(byteCount: 2 * blockLength, alignment: 8)
        pads.initializeMemory(as: UInt8.self, repeating: 0)
        // A key longer than a block is hashed first.
        if key.count > blockLength {
            var hash = SHA256()
            hash.digest(key).withBytes { pads.copyMemory(from: $0) }
        } else {
            pads.copyMemory(from: key)
        }
        for index in 0..<blockLength {
            pads[blockLength + index] = pads[index] ^ 0x5C
            pads[index] ^= 0x36
        }
        return pads
    }

    deinit {
        OPENSSL_cleanse(pads.baseAddress, pads.count)
        pads.deallocate()
    }

    /// The code that proves who wrote the message.
    package mutating func code(for message: UnsafeRawBufferPointer) -> Digest256 {
        hash.begin()
        hash.update(UnsafeRawBufferPointer(rebasing: pads[..<Self.blockLength]))
        hash.update(message)
        let inner = hash.finish()
        hash.begin()
        hash.update(UnsafeRawBufferPointer(rebasing: pads[Self.blockLength...]))
        inner.withBytes { hash.update($0) }
        return hash.finish()
    }

    package mutating func code(for message: [UInt8]) -> Digest256 {
        message.withUnsafeBytes { code(for: $0) }
    }

    /// Whether `code` is right for the message, in a time that does not tell how much of it is.
    package mutating func isValid(_ code: UnsafeRawBufferPointer, for message: UnsafeRawBufferPointer) -> Bool
    {
        self.code(for: message).withBytes { ConstantTime.areEqual($0, code) }
    }
}
