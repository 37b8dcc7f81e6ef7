import Glibc

/// Reads a file whole, when it is not longer than it should be.
package enum BoundedFile {
    /// Nil when the file cannot be read or is longer.
    package static func read(_ path: String, maxBytes: Int) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16_384)
        while bytes.count <= maxBytes {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return nil }
            if count == 0 { return bytes }
            bytes.append(contentsOf: chunk[..<count])
        }
        return nil
    }

    /// The file of a secret: longer than this is the wrong file.
    package static func readSecret(_ path: String) -> [UInt8]? { read(path, maxBytes: 65_536) }
}
