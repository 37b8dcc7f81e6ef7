import Glibc

package enum CommandStream: Sendable {
    case standardOutput
    case standardError
}

/// Where the words of a command go: the process's own streams, or a test that reads them.
package protocol CommandOutput: Sendable {
    /// Whether a person looks at the stream.
    func isTerminal(_ stream: CommandStream) -> Bool

    func write(_ bytes: [UInt8], to stream: CommandStream)

    /// One line from whoever sits at the terminal; nil when nobody does.
    func readLine() -> String?
}

extension CommandOutput {
    func write(_ text: String, to stream: CommandStream) { write(Array(text.utf8), to: stream) }
}

/// The streams of this process.
struct ProcessOutput: CommandOutput {
    func isTerminal(_ stream: CommandStream) -> Bool { isatty(descriptor(stream)) == 1 }

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
