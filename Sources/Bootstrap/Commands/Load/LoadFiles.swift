import Glibc
import LoadBot

/// Reports as files.
enum LoadFiles {
    static func write(_ report: RunReport, to name: String) throws(CommandFailure) {
        try write(report.json, to: "\(name).json")
        try write(Array(ReportPage(report).html.utf8), to: "\(name).html")
    }

    static func read(_ path: String) throws(CommandFailure) -> RunReport {
        guard let bytes = BoundedFile.read(path, maxBytes: ReportFile.maxBytes) else {
            throw .noInput("cannot read \(path)")
        }
        do throws(ReportFileError) {
            return try ReportFile.read(bytes)
        } catch {
            throw .badData("\(path): \(error.message)")
        }
    }

    private static func write(_ bytes: [UInt8], to path: String) throws(CommandFailure) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw .unavailable("cannot write \(path): \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress! + written, $0.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                throw .unavailable("cannot write \(path): \(String(cString: strerror(errno)))")
            }
            written += count
        }
    }
}
