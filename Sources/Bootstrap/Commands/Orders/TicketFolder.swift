import Glibc
import Ticketing

/// A directory of tickets for printing. Whoever has a ticket's code comes in, so nobody but its owner may read it.
struct TicketFolder {
    private let path: String

    private static let directoryMode: mode_t = 0o700
    private static let fileMode: mode_t = 0o600

    init(_ path: String) throws(CommandFailure) {
        guard mkdir(path, Self.directoryMode) == 0 || errno == EEXIST else {
            throw Self.failure("make", path)
        }
        self.path = path
    }

    /// Gives the file's path. It appears under its name when it is whole: nobody prints half a ticket.
    func write(_ sheet: TicketSheet) throws(CommandFailure) -> String {
        guard let svg = sheet.svg else {
            throw .badData("the code of seat \(sheet.ticket.seat) is too long for a QR code")
        }
        let file = "\(path)/\(sheet.fileName)"
        let draft = file + ".part"
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, Self.fileMode)
        guard descriptor >= 0 else { throw Self.failure("make", draft) }
        let bytes = Array((svg + "\n").utf8)
        let isWritten = Glibc.write(descriptor, bytes, bytes.count) == bytes.count
        close(descriptor)
        guard isWritten, rename(draft, file) == 0 else {
            let failure = Self.failure("write", file)
            unlink(draft)
            throw failure
        }
        return file
    }

    private static func failure(_ act: String, _ path: String) -> CommandFailure {
        .cannotCreate("cannot \(act) \(path): \(String(cString: strerror(errno)))")
    }
}
