/// Writes commands as arrays of strings, which every version of the protocol takes.
package enum RESPWriter {
    package static func begin(_ count: Int, into bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "*"))
        append(decimal: count, to: &bytes)
        bytes.append(13)
        bytes.append(10)
    }

    package static func argument(_ text: String, into bytes: inout [UInt8]) {
        var text = text
        text.withUTF8 {
            length($0.count, &bytes); bytes.append(contentsOf: $0)
        }
        end(&bytes)
    }

    package static func argument(_ word: StaticString, into bytes: inout [UInt8]) {
        length(word.utf8CodeUnitCount, &bytes)
        bytes.append(contentsOf: UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
        end(&bytes)
    }

    package static func argument(_ value: [UInt8], into bytes: inout [UInt8]) {
        length(value.count, &bytes)
        bytes.append(contentsOf: value)
        end(&bytes)
    }

    package static func argument(_ number: Int, into bytes: inout [UInt8]) {
        argument(String(number), into: &bytes)
    }

    /// One argument of two parts, which are not joined first.
    package static func argument(_ first: [UInt8], _ second: [UInt8], into bytes: inout [UInt8]) {
        length(first.count + second.count, &bytes)
        bytes.append(contentsOf: first)
        bytes.append(contentsOf: second)
        end(&bytes)
    }

    package static func argument(_ first: [UInt8], _ second: String, into bytes: inout [UInt8]) {
        var second = second
        second.withUTF8 { second in
            length(first.count + second.count, &bytes)
            bytes.append(contentsOf: first)
            bytes.append(contentsOf: second)
        }
        end(&bytes)
    }

    private static func length(_ count: Int, _ bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "$"))
        append(decimal: count, to: &bytes)
        end(&bytes)
    }

    private static func end(_ bytes: inout [UInt8]) {
        bytes.append(13)
        bytes.append(10)
    }

    private static func append(decimal number: Int, to bytes: inout [UInt8]) {
        guard number >= 10 else { return bytes.append(UInt8(ascii: "0") + UInt8(number)) }
        append(decimal: number / 10, to: &bytes)
        bytes.append(UInt8(ascii: "0") + UInt8(number % 10))
    }
}
