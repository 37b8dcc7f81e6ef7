/// A place in a text as an editor shows it: lines and columns count from 1, columns in Unicode scalars.
package struct TextPosition: Equatable, Sendable {
    package let line: Int
    package let column: Int

    /// Where the byte at `offset` stands. An offset past the end is the end.
    package init(offset: Int, in text: [UInt8]) {
        var line = 1
        var column = 1
        for byte in text.prefix(max(0, offset)) {
            if byte == UInt8(ascii: "\n") {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                // A continuation byte belongs to the scalar before it.
                column += 1
            }
        }
        self.line = line
        self.column = column
    }
}
