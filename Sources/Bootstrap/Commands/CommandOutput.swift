import Glibc

package enum CommandStream: Sendable {
    case standardOutput
    case standardError
}

/// Where the words of a command go: the process's own streams, or a test that reads them.
package protocol CommandOutput: Sendable {
    /// Whether a person looks at the stream.
    func isTerminal(_ stream: CommandStream) -> Bool

    /// How wide the terminal is now; nil where it does not say, or nobody looks.
    func columns(_ stream: CommandStream) -> Int?

    func write(_ bytes: [UInt8], to stream: CommandStream)

    /// One line from whoever sits at the terminal; nil when nobody does.
    func readLine() -> String?
}

extension CommandOutput {
    package func columns(_ stream: CommandStream) -> Int? { nil }

    func write(_ text: String, to stream: CommandStream) { write(Array(text.utf8), to: stream) }
}

/// The streams of this process.
struct ProcessOutput: CommandOutput {
    func isTerminal(_ stream: CommandStream) -> Bool { isatty(descriptor(stream)) == 1 }

    func columns(_ stream: CommandStream) -> Int? {
        var size = winsize()
        guard ioctl(descriptor(stream), UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }

    func write(_ bytes: [UInt8], to stream: CommandStream) {
        let descriptor = descriptor(stream)
        bytes.withUnsafeBytes { bytes in
            var sent = 0
            while sent < bytes.count {
                let count = Glibc.write(descriptor, bytes.baseAddress! + sent, bytes.count - sent)
                guard count > 0 || errno == EINTR else { return }
                sent += max(count, 0)
            }
        }
    }

    func readLine() -> String? { isatty(STDIN_FILENO) == 1 ? Swift.readLine() : nil }

    private func descriptor(_ stream: CommandStream) -> Int32 {
        switch stream {
        case .standardOutput: STDOUT_FILENO
        case .standardError: STDERR_FILENO
        }
    }
}
