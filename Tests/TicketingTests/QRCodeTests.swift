import Testing
import Ticketing

@Suite("QR codes")
struct QRCodeTests {
    @Test("every module is where another program puts it", arguments: KnownQRCode.all)
    func knownCodes(known: KnownQRCode) throws {
        let code = try #require(QRCode(known.bytes))
        #expect(code.version == known.version)
        #expect(code.mask == known.mask)
        #expect(code.size == known.rows.count)
        for (row, expected) in known.rows.enumerated() {
            let drawn = (0..<code.size).reduce(UInt64(0)) { $0 << 1 | (code[row, $1] ? 1 : 0) }
            #expect(drawn == expected, "row \(row)")
        }
    }

    @Test("the smallest version that holds the bytes is taken, up to 213 bytes")
    func versions() {
        // The capacities in bytes at level M, as the standard lists them.
        let capacities = [14, 26, 42, 62, 84, 106, 122, 152, 180, 213]
        for (index, capacity) in capacities.enumerated() {
            #expect(QRCode([UInt8](repeating: 65, count: capacity))?.version == index + 1)
            #expect(
                QRCode([UInt8](repeating: 65, count: capacity + 1))?.version == (index < 9 ? index + 2 : nil))
        }
        #expect(QRCode([])?.version == 1)
        #expect(QRCode.maxBytes == 213)
    }

    @Test("the image draws exactly the dark modules, inside a light border of four")
    func image() throws {
        let code = try #require(QRCode("TICKET-A-1-1"))
        let svg = code.svg(label: "Ticket <A-1-1> & \"friends\"")
        #expect(svg.hasPrefix("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 29 29\" role=\"img\""))
        #expect(svg.contains("<title>Ticket &lt;A-1-1&gt; &amp; \"friends\"</title>"))
        #expect(svg.hasSuffix("</svg>"))
        let path = try #require(svg.split(separator: "<path d=\"").last?.split(separator: "\"").first)
        var drawn = Set<[Int]>()
        for run in path.split(separator: "z") {
            // M<column> <row>h<length>v1h-<length>
            let numbers = run.split { !$0.isNumber }.compactMap { Int($0) }
            try #require(numbers.count == 5)
            for column in numbers[0]..<numbers[0] + numbers[2] { drawn.insert([numbers[1] - 4, column - 4]) }
        }
        for row in 0..<code.size {
            for column in 0..<code.size { #expect(drawn.contains([row, column]) == code[row, column]) }
        }
        #expect(drawn.allSatisfy { 0..<21 ~= $0[0] && 0..<21 ~= $0[1] })
    }

    @Test("captions stand below the code, escaped, and a long one is squeezed into the width")
    func captions() throws {
        let code = try #require(QRCode("TICKET-A-1-1"))
        let svg = code.svg(label: "A", captions: ["Rock & Roll", String(repeating: "long ", count: 20)])
        #expect(svg.contains("viewBox=\"0 0 29 38\""))
        let texts = svg.split(separator: "<text ").dropFirst()
        #expect(texts.count == 2)
        #expect(texts.first?.hasPrefix("x=\"14.5\" y=\"31\"") == true)
        #expect(texts.first?.contains(">Rock &amp; Roll</text>") == true)
        #expect(texts.first?.contains("textLength") == false)
        #expect(texts.last?.contains("y=\"35\"") == true)
        #expect(texts.last?.contains("textLength=\"25\"") == true)
        // The code itself is the same, with or without words below it.
        let path = svg.split(separator: "<path d=\"").last?.split(separator: "\"").first
        #expect(
            path == code.svg(label: "A").split(separator: "<path d=\"").last?.split(separator: "\"").first)
    }
}
