import Glibc

/// User and password, from the URL or from a file that may change while the process runs.
struct RedisCredentials: CustomStringConvertible {
    let user: String
    let password: String

    /// A secret is short; a larger file is another one, given by mistake.
    private static let maxFileBytes = 4_096

    /// Nil when none are set.
    static func current(_ url: RedisURL, _ settings: RedisSettings) throws(RedisError) -> RedisCredentials? {
        let user = url.user ?? "default"
        guard let file = settings.passwordFile else {
            return url.password.map { RedisCredentials(user: user, password: $0) }
        }
        return RedisCredentials(user: user, password: try read(file))
    }

    private static func read(_ path: String) throws(RedisError) -> String {
        func bad(_ why: String) -> RedisError { RedisError(.badSettings, "the password file \(path) \(why)") }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw bad("cannot be opened") }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: maxFileBytes + 1)
        var count = 0
        while count < bytes.count {
            let got = bytes.withUnsafeMutableBytes {
                Glibc.read(descriptor, $0.baseAddress! + count, $0.count - count)
            }
            guard got >= 0 else { throw bad("cannot be read") }
            if got == 0 { break }
            count += got
        }
        guard count <= maxFileBytes, let text = String(validating: bytes[..<count], as: UTF8.self) else {
            throw bad("is no password")
        }
        // Editors and secret stores end a file with a line break.
        var password = Substring(text)
        while let last = password.unicodeScalars.last, last == "\n" || last == "\r" {
            password.unicodeScalars.removeLast()
        }
        guard !password.isEmpty else { throw bad("is empty") }
        return String(password)
    }

    var description: String { "(set)" }
}
