import Glibc

/// Small text files: tokens and credentials.
package enum BoundedText {
    private static let maxBytes = 65_536

    /// Nil when there is none, or when it is larger than any such file.
    package static func read(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: maxBytes + 1)
        var count = 0
        while count < bytes.count {
            let room = bytes.count - count
            let start = count
            let taken = bytes.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress! + start, room) }
            if taken < 0, errno == EINTR { continue }
            guard taken >= 0 else { return nil }
            guard taken > 0 else { return String(decoding: bytes[..<count], as: UTF8.self) }
            count += taken
        }
        return nil
    }
}
