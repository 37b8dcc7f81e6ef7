import Cryptography
import Glibc

/// A secret that is made once and kept in the data directory, so that what it signed is good after a restart.
///
/// Several processes may start at once on one directory: whoever links its file to the name first has made the
/// secret, and the others read that one. A crash leaves at most a file under a name nobody reads.
enum KeptSecret {
    private static let directoryMode: mode_t = 0o700
    private static let fileMode: mode_t = 0o600

    /// The first line of the file, which is made of `made` when there is none.
    static func readOrMake(_ path: String, _ made: () -> String) throws(StartFailure) -> String {
        if let secret = try read(path) { return secret }
        try make(path, made())
        guard let secret = try read(path) else { throw StartFailure("\(path) was made and is gone again") }
        return secret
    }

    /// Nil when there is no such file.
    static func read(_ path: String) throws(StartFailure) -> String? {
        guard let bytes = BoundedFile.readSecret(path) else {
            // Any other reason must not lead to a new secret beside the old one.
            guard access(path, F_OK) != 0, errno == ENOENT else {
                throw StartFailure("cannot read \(path): make it readable for this user, at most 64 KiB long")
            }
            return nil
        }
        return String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }

    /// Whether anybody but the owner may read the file.
    static func isExposed(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & 0o077 != 0
    }

    private static func make(_ path: String, _ secret: String) throws(StartFailure) {
        let directory = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        guard mkdir(directory, directoryMode) == 0 || errno == EEXIST else {
            throw failure("make the directory", directory)
        }
        let draft = "\(path).\(SecureRandom.bytes(6).map { String($0, radix: 16) }.joined())"
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, fileMode)
        guard descriptor >= 0 else { throw failure("make", draft) }
        defer {
            close(descriptor)
            unlink(draft)
        }
        let bytes = Array((secret + "\n").utf8)
        guard write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0 else {
            throw failure("write", draft)
        }
        // Unlike a rename, a link never takes the place of a secret that is there.
        guard link(draft, path) == 0 || errno == EEXIST else { throw failure("make", path) }
        sync(directory)
    }

    /// The name must outlive a power cut too: tokens that were signed would all be worthless.
    private static func sync(_ directory: String) {
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }

    private static func failure(_ act: String, _ path: String) -> StartFailure {
        StartFailure("cannot \(act) \(path): \(String(cString: strerror(errno)))")
    }
}
