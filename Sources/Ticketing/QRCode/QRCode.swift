/// A QR code (ISO/IEC 18004) of up to 213 bytes: byte mode, error correction level M, the smallest version that fits.
///
/// Level M survives 15 % of damage: a ticket is read from a creased print-out or a scratched screen.
package struct QRCode: Equatable, Sendable {
    package static let maxBytes = 213

    /// From 1 (21 modules a side) to 10 (57).
    package let version: Int
    /// Modules a side, without the quiet zone.
    package let size: Int
    /// Which of the eight patterns was laid over the data, so that no large plain area remains.
    package let mask: Int
    private let modules: [Bool]

    /// Nil when there are more than `maxBytes` bytes.
    package init?(_ bytes: [UInt8]) {
        guard let version = QRVersion.smallest(for: bytes.count) else { return nil }
        let codewords = QRCodewords.interleaved(bytes, version: version)
        var grid = QRGrid(version: version)
        grid.place(codewords)
        let best = QRMask.allCases.map { mask in (mask: mask, grid: grid.masked(by: mask)) }
            .map { (mask: $0.mask, grid: $0.grid, penalty: QRPenalty.of($0.grid)) }
            .min { $0.penalty < $1.penalty }
        guard let best else { return nil }
        self.version = version.number
        size = version.size
        mask = best.mask.rawValue
        modules = best.grid.modules
    }

    package init?(_ text: String) { self.init(Array(text.utf8)) }

    /// Whether the module is dark. Rows and columns count from 0 at the top left.
    package subscript(row: Int, column: Int) -> Bool { modules[row * size + column] }
}
