extension QRCode {
    /// The light border that a reader needs around the code.
    private static let quietZone = 4

    private static let captionSize = 3
    private static let captionLine = 4

    /// The code as an SVG image that scales to any size. `label` is what a screen reader says; the captions stand
    /// below the code, one a line, for people.
    package func svg(label: String, captions: [String] = []) -> String {
        let side = size + 2 * Self.quietZone
        let height = side + (captions.isEmpty ? 0 : captions.count * Self.captionLine + 1)
        var path = ""
        for row in 0..<size {
            var column = 0
            while column < size {
                guard self[row, column] else {
                    column += 1
                    continue
                }
                let start = column
                while column < size, self[row, column] { column += 1 }
                path +=
                    "M\(start + Self.quietZone) \(row + Self.quietZone)h\(column - start)v1h-\(column - start)z"
            }
        }
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(side) \(height)\" role=\"img\" "
            + "shape-rendering=\"crispEdges\"><title>\(Self.escaped(label))</title>"
            + "<path fill=\"#fff\" d=\"M0 0h\(side)v\(height)h-\(side)z\"/><path d=\"\(path)\"/>"
            + captions.enumerated().map { line, text in
                Self.caption(text, middle: side, y: side + line * Self.captionLine + 2, width: side - 4)
            }.joined() + "</svg>"
    }

    /// `middle` is twice the place of the middle, which may lie between two modules.
    private static func caption(_ text: String, middle: Int, y: Int, width: Int) -> String {
        let (place, half) = middle.quotientAndRemainder(dividingBy: 2)
        // Letters are about two thirds of their size wide; a line that might not fit is squeezed.
        let squeeze =
            text.count * captionSize > width * 3 / 2
            ? " textLength=\"\(width)\" lengthAdjust=\"spacingAndGlyphs\"" : ""
        return "<text x=\"\(place)\(half == 0 ? "" : ".5")\" y=\"\(y)\" font-family=\"sans-serif\" "
            + "font-size=\"\(captionSize)\" text-anchor=\"middle\"\(squeeze)>\(escaped(text))</text>"
    }

    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            // XML 1.0 has no way to write any other control character.
            case ..<" " where !"\t\n\r".unicodeScalars.contains(scalar): escaped += "\u{FFFD}"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
