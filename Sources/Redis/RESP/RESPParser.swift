import Glibc

/// Reads one answer of RESP2 or RESP3 after the other out of any pieces of bytes. A pure value: it owns no buffer
/// and does no I/O.
///
/// The caller keeps the bytes of an unfinished answer in one place and shows them again with more behind; how they
/// are cut changes nothing. Streamed elements of RESP3, whose length is not known, are refused: no command asks
/// for them.
package struct RESPParser: Sendable {
    package enum Progress: Equatable, Sendable {
        case needsMore
        /// `tokens` are a whole answer, which ends at `position`.
        case complete
        case failed(RESPFailure)
    }

    private struct Frame {
        var remaining: Int
        /// What stands before an answer and is not part of it.
        let isAttribute: Bool
    }

    package let limits: RESPLimits
    package private(set) var tokens: [RESPToken] = []
    /// Where the element begins that is read next.
    package private(set) var position = 0
    /// How many bytes from the start are needed at least before anything more can be said.
    package private(set) var expectedBytes = 0
    /// How far the element's line was searched for its end.
    private var searched = 0
    private var frames: [Frame] = []
    private var announced = 0

    package init(limits: RESPLimits = RESPLimits()) { self.limits = limits }

    /// Makes ready for the next answer, which begins at `start`.
    package mutating func begin(at start: Int = 0) {
        tokens.removeAll(keepingCapacity: tokens.capacity <= 1_024)
        frames.removeAll(keepingCapacity: true)
        position = start
        searched = start
        expectedBytes = start
        announced = 0
    }

    /// Goes on with all bytes of the answer so far. After `complete` and `failed` call `begin` first.
    package mutating func advance(_ base: UnsafeRawPointer, count: Int) -> Progress {
        guard count >= expectedBytes else { return .needsMore }
        while true {
            switch element(base, count) {
            case .needsMore: return .needsMore
            case .failed(let failure): return .failed(failure)
            case .complete: if isWhole() { return .complete }
            }
        }
    }

    /// Whether the element that was just read ends the answer.
    private mutating func isWhole() -> Bool {
        if let last = tokens.last, last.isAggregate {
            if last.count > 0 {
                frames.append(Frame(remaining: Int(last.count), isAttribute: last.kind == .attribute))
                return false
            }
            // An attribute without content; its element is still to come.
            if last.kind == .attribute { return false }
        }
        while !frames.isEmpty {
            frames[frames.count - 1].remaining -= 1
            guard frames[frames.count - 1].remaining == 0 else { return false }
            if frames.removeLast().isAttribute { return false }
        }
        return true
    }

    private mutating func element(_ base: UnsafeRawPointer, _ count: Int) -> Progress {
        guard position < count else {
            expectedBytes = position + 1
            return .needsMore
        }
        guard Self.isType(base.load(fromByteOffset: position, as: UInt8.self)) else {
            return .failed(.unknownType)
        }
        let lineStart = position + 1
        searched = max(searched, lineStart)
        guard let lineEnd = end(base, from: lineStart, count) else {
            guard count - lineStart <= limits.maxLineBytes + 1 else { return .failed(.lineTooLong) }
            expectedBytes = count + 1
            return .needsMore
        }
        guard lineEnd >= 0 else { return .failed(.badLine) }
        guard lineEnd - lineStart <= limits.maxLineBytes else { return .failed(.lineTooLong) }
        let line = UnsafeRawBufferPointer(start: base + lineStart, count: lineEnd - lineStart)
        switch base.load(fromByteOffset: position, as: UInt8.self) {
        case UInt8(ascii: "+"): return plain(.simple, line, lineStart)
        case UInt8(ascii: "-"): return plain(.error, line, lineStart)
        case UInt8(ascii: ":"): return number(line, lineStart)
        case UInt8(ascii: "$"): return bulk(.bulk, line, lineEnd + 2, base, count)
        case UInt8(ascii: "!"): return bulk(.error, line, lineEnd + 2, base, count)
        case UInt8(ascii: "="): return bulk(.verbatim, line, lineEnd + 2, base, count)
        case UInt8(ascii: "*"): return aggregate(.array, line, lineEnd + 2, perEntry: 1)
        case UInt8(ascii: "~"): return aggregate(.set, line, lineEnd + 2, perEntry: 1)
        case UInt8(ascii: ">"): return aggregate(.push, line, lineEnd + 2, perEntry: 1)
        case UInt8(ascii: "%"): return aggregate(.map, line, lineEnd + 2, perEntry: 2)
        case UInt8(ascii: "|"): return aggregate(.attribute, line, lineEnd + 2, perEntry: 2)
        case UInt8(ascii: "_"):
            guard line.isEmpty else { return .failed(.badNull) }
            return plain(.null, line, lineStart)
        case UInt8(ascii: "#"):
            guard line.count == 1, line[0] == UInt8(ascii: "t") || line[0] == UInt8(ascii: "f") else {
                return .failed(.badBoolean)
            }
            return plain(.boolean, line, lineStart)
        case UInt8(ascii: ","):
            guard RESPNumber.isDouble(line) else { return .failed(.badNumber) }
            return plain(.double, line, lineStart)
        case UInt8(ascii: "("):
            guard RESPNumber.isInteger(line) else { return .failed(.badNumber) }
            return plain(.bigNumber, line, lineStart)
        default: return .failed(.unknownType)
        }
    }

    private static func isType(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: ":"), UInt8(ascii: "$"), UInt8(ascii: "*"),
            UInt8(ascii: "!"), UInt8(ascii: "="), UInt8(ascii: "~"), UInt8(ascii: ">"), UInt8(ascii: "%"),
            UInt8(ascii: "|"), UInt8(ascii: "_"), UInt8(ascii: "#"), UInt8(ascii: ","), UInt8(ascii: "("):
            true
        default: false
        }
    }

    /// The place of the line's CR; nil when it has not come, negative when the line is malformed.
    private mutating func end(_ base: UnsafeRawPointer, from start: Int, _ count: Int) -> Int? {
        // Nothing that may stand here is longer; what follows is not looked at.
        while searched < count, searched - start <= limits.maxLineBytes {
            switch base.load(fromByteOffset: searched, as: UInt8.self) {
            case 13:
                guard searched + 1 < count else { return nil }
                return base.load(fromByteOffset: searched + 1, as: UInt8.self) == 10 ? searched : -1
            case 10: return -1
            default: searched += 1
            }
        }
        return nil
    }

    private mutating func plain(
        _ kind: RESPToken.Kind, _ line: UnsafeRawBufferPointer, _ lineStart: Int
    ) -> Progress {
        take(RESPToken(kind, start: lineStart, count: line.count), to: lineStart + line.count + 2)
    }

    private mutating func number(_ line: UnsafeRawBufferPointer, _ lineStart: Int) -> Progress {
        guard RESPNumber.int64(line) != nil else { return .failed(.badNumber) }
        return plain(.integer, line, lineStart)
    }

    private mutating func bulk(
        _ kind: RESPToken.Kind, _ line: UnsafeRawBufferPointer, _ start: Int, _ base: UnsafeRawPointer,
        _ count: Int
    ) -> Progress {
        if kind == .bulk, RESPNumber.isMinusOne(line) {
            return take(RESPToken(.null, start: start, count: 0), to: start)
        }
        guard let length = RESPNumber.length(line) else { return .failed(.badLength) }
        // Refused before a byte of it is waited for.
        guard length <= limits.maxBulkBytes else { return .failed(.bulkTooLong) }
        guard count >= start + length + 2 else {
            expectedBytes = start + length + 2
            return .needsMore
        }
        guard base.load(fromByteOffset: start + length, as: UInt8.self) == 13,
            base.load(fromByteOffset: start + length + 1, as: UInt8.self) == 10
        else { return .failed(.badEnd) }
        if kind == .verbatim {
            guard length >= 4, base.load(fromByteOffset: start + 3, as: UInt8.self) == UInt8(ascii: ":")
            else {
                return .failed(.badVerbatim)
            }
        }
        return take(RESPToken(kind, start: start, count: length), to: start + length + 2)
    }

    private mutating func aggregate(
        _ kind: RESPToken.Kind, _ line: UnsafeRawBufferPointer, _ next: Int, perEntry: Int
    ) -> Progress {
        if kind == .array, RESPNumber.isMinusOne(line) {
            return take(RESPToken(.null, start: next, count: 0), to: next)
        }
        guard let entries = RESPNumber.length(line) else { return .failed(.badLength) }
        guard entries <= limits.maxElements else { return .failed(.tooMany) }
        announced += entries * perEntry
        guard announced <= limits.maxElements else { return .failed(.tooMany) }
        guard entries == 0 || frames.count < limits.maxDepth else { return .failed(.tooDeep) }
        return take(RESPToken(kind, start: next, count: entries * perEntry), to: next)
    }

    private mutating func take(_ token: RESPToken, to end: Int) -> Progress {
        // Attributes without content announce nothing, and could go on for ever.
        guard tokens.count <= limits.maxElements else { return .failed(.tooMany) }
        tokens.append(token)
        position = end
        searched = end
        expectedBytes = end
        return .complete
    }
}
