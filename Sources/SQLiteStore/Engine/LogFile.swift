import CSQLite
import Glibc

/// The log of a store as SQLite writes it, with fewer calls of the kernel.
///
/// SQLite writes each page of the log twice: 24 bytes of head, then the page. At thousands of purchases a second that was
/// half of all system calls, and writing a part of a page that is no longer in memory first reads it from the disk. Here
/// what follows on what was written before is gathered and goes to the kernel in one write: at the end of a
/// transaction, before anything is read, measured or synced, and when there is much of it. So nobody sees a difference,
/// and what reaches the file does so in the same order.
struct LogFile {
    /// SQLite reads it through a pointer to the whole, so it comes first.
    private var base = sqlite3_file()
    private var gathered: UnsafeMutableRawPointer?
    private var gatheredBytes = 0
    /// Where in the file they belong.
    private var start: Int64 = 0
    /// The last head that was written is that of a transaction's last page.
    private var endsTransaction = false

    /// What SQLite's own file system writes in one call at most; 31 pages. Only a connection that writes has the memory.
    private static let maxGatheredBytes = 0x1_FFFF
    private static let frameHeadBytes = 24

    /// The file below stands right behind this one: SQLite gives the room for both.
    static let stride = MemoryLayout<LogFile>.stride

    typealias Pointer = UnsafeMutablePointer<LogFile>

    // MARK: Opening and closing

    static func open(
        _ name: UnsafePointer<CChar>?, in file: UnsafeMutablePointer<sqlite3_file>, _ flags: Int32,
        _ outFlags: UnsafeMutablePointer<Int32>?, system: UnsafeMutablePointer<sqlite3_vfs>
    ) -> Int32 {
        let log = pointer(file)
        log.initialize(to: LogFile())
        let below = below(log)
        let code = system.pointee.xOpen(system, name, below, flags, outFlags)
        // Without methods SQLite takes the file for one that was never opened, and does not close it.
        if code == SQLITE_OK { log.pointee.base.pMethods = UnsafePointer(methods) }
        return code
    }

    private static func close(_ log: Pointer) -> Int32 {
        let written = write(log)
        free(log.pointee.gathered)
        log.pointee.gathered = nil
        let closed = call(log) { $0.xClose($1) }
        return written == SQLITE_OK ? closed : written
    }

    // MARK: Gathering

    private static func take(
        _ log: Pointer, _ bytes: UnsafeRawPointer, _ count: Int, at offset: Int64
    ) -> Int32 {
        let isNext = offset == log.pointee.start + Int64(log.pointee.gatheredBytes)
        if !isNext || log.pointee.gatheredBytes + count > maxGatheredBytes {
            let code = write(log)
            guard code == SQLITE_OK else { return code }
        }
        if log.pointee.gathered == nil { log.pointee.gathered = malloc(maxGatheredBytes) }
        guard let gathered = log.pointee.gathered, count <= maxGatheredBytes else {
            return call(log) { $0.xWrite($1, bytes, Int32(count), offset) }
        }
        if log.pointee.gatheredBytes == 0 { log.pointee.start = offset }
        memcpy(gathered + log.pointee.gatheredBytes, bytes, count)
        log.pointee.gatheredBytes += count
        if count == frameHeadBytes {
            // The size of the file after the transaction, which stands in the head of its last page alone.
            log.pointee.endsTransaction = bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self) != 0
        }
        // Readers, those of other processes too, are told of the transaction right after this, synced or not. The head
        // goes at once as well: SQLite writes some heads again, alone, when their pages have stood there before.
        return log.pointee.endsTransaction ? write(log) : SQLITE_OK
    }

    /// Brings to the file what was gathered. What cannot be written is given up: SQLite is told, and takes the
    /// transaction back.
    private static func write(_ log: Pointer) -> Int32 {
        let count = log.pointee.gatheredBytes
        guard count > 0, let gathered = log.pointee.gathered else { return SQLITE_OK }
        log.pointee.gatheredBytes = 0
        return call(log) { $0.xWrite($1, gathered, Int32(count), log.pointee.start) }
    }

    /// A call that must find everything in the file.
    private static func afterWriting(
        _ file: UnsafeMutablePointer<sqlite3_file>?,
        _ body: (sqlite3_io_methods, UnsafeMutablePointer<sqlite3_file>) -> Int32
    ) -> Int32 {
        let log = pointer(file!)
        let code = write(log)
        return code == SQLITE_OK ? call(log, body) : code
    }

    private static func call(
        _ log: Pointer, _ body: (sqlite3_io_methods, UnsafeMutablePointer<sqlite3_file>) -> Int32
    ) -> Int32 {
        let below = below(log)
        return body(below.pointee.pMethods.pointee, below)
    }

    private static func pointer(_ file: UnsafeMutablePointer<sqlite3_file>) -> Pointer {
        UnsafeMutableRawPointer(file).assumingMemoryBound(to: LogFile.self)
    }

    private static func below(_ log: Pointer) -> UnsafeMutablePointer<sqlite3_file> {
        (UnsafeMutableRawPointer(log) + stride).assumingMemoryBound(to: sqlite3_file.self)
    }

    // MARK: What SQLite calls

    // Safe: written once, before the first file is opened, and only read from then on.
    private nonisolated(unsafe) static let methods: UnsafeMutablePointer<sqlite3_io_methods> = {
        var methods = sqlite3_io_methods()
        // Locks, shared memory and mapping are of the store's file, and so is a later version.
        methods.iVersion = 1
        methods.xClose = { LogFile.close(LogFile.pointer($0!)) }
        methods.xRead = { file, bytes, count, offset in
            LogFile.afterWriting(file) { $0.xRead($1, bytes, count, offset) }
        }
        methods.xWrite = { file, bytes, count, offset in
            LogFile.take(LogFile.pointer(file!), bytes!, Int(count), at: offset)
        }
        methods.xTruncate = { file, size in LogFile.afterWriting(file) { $0.xTruncate($1, size) } }
        methods.xSync = { file, flags in LogFile.afterWriting(file) { $0.xSync($1, flags) } }
        methods.xFileSize = { file, size in LogFile.afterWriting(file) { $0.xFileSize($1, size) } }
        methods.xLock = { file, kind in LogFile.call(LogFile.pointer(file!)) { $0.xLock($1, kind) } }
        methods.xUnlock = { file, kind in LogFile.call(LogFile.pointer(file!)) { $0.xUnlock($1, kind) } }
        methods.xCheckReservedLock = { file, result in
            LogFile.call(LogFile.pointer(file!)) { $0.xCheckReservedLock($1, result) }
        }
        methods.xFileControl = { file, operation, argument in
            LogFile.call(LogFile.pointer(file!)) { $0.xFileControl($1, operation, argument) }
        }
        methods.xSectorSize = { file in LogFile.call(LogFile.pointer(file!)) { $0.xSectorSize($1) } }
        methods.xDeviceCharacteristics = { file in
            LogFile.call(LogFile.pointer(file!)) { $0.xDeviceCharacteristics($1) }
        }
        let kept = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
        kept.initialize(to: methods)
        return kept
    }()
}
