import Testing

@testable import PublicSite

@Suite("Entity tags")
struct EntityTagTests {
    private let tag = EntityTag(of: Array("a body".utf8), .brotli)

    private func isNamed(_ field: String) -> Bool {
        Array(field.utf8).withUnsafeBytes { tag.isNamed(in: $0) }
    }

    @Test("each body and each coding has a tag of its own, and the same bytes have the same one")
    func different() {
        #expect(tag.text.hasSuffix("-br\""))
        #expect(EntityTag(of: Array("a body".utf8), .brotli) == tag)
        #expect(EntityTag(of: Array("a body".utf8), .gzip) != tag)
        #expect(EntityTag(of: Array("another".utf8), .brotli) != tag)
    }

    @Test("a list names it wherever it stands, weak or strong, and so does a star")
    func named() {
        for field in [
            tag.text, "W/\(tag.text)", "\"x\", \(tag.text)", "\(tag.text), \"x\"",
            "\"a,b\" ,W/\"\",\(tag.text)",
            ", \(tag.text)", "*", " * ",
        ] {
            #expect(isNamed(field), "\(field)")
        }
    }

    @Test("nothing else names it, and a field that cannot be read ends where it stops making sense")
    func notNamed() {
        let bare = tag.text.dropFirst().dropLast()
        for field in [
            "", "\"x\"", String(bare), "\"\(bare)", "w/\(tag.text)", "W\(tag.text)", "x \(tag.text)",
            "*, \"x\"",
            "\"x\" *", "W/", "W", "\"", "\"\(bare)x\"",
        ] {
            #expect(!isNamed(field), "\(field)")
        }
    }
}
