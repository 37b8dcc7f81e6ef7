import CZlib
import Glibc

/// Undoes what the service packs, with the libraries' own decoders.
enum Unpacked {
    static func gzip(_ packed: [UInt8], capacity: Int = 1 << 24) -> [UInt8]? {
        var stream = z_stream()
        guard inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            return nil
        }
        defer { inflateEnd(&stream) }
        var status = Z_OK
        let body = [UInt8](unsafeUninitializedCapacity: capacity) { output, count in
            packed.withUnsafeBufferPointer { input in
                stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(capacity)
                status = inflate(&stream, Z_FINISH)
            }
            count = Int(stream.total_out)
        }
        return status == Z_STREAM_END && stream.avail_in == 0 ? body : nil
    }

    private typealias Decompress =
        @convention(c) (
            Int, UnsafePointer<UInt8>, UnsafeMutablePointer<Int>, UnsafeMutablePointer<UInt8>
        ) -> Int32

    /// The decoder is a library of its own that the service does not need: the test opens it by name.
    static func brotli(_ packed: [UInt8], capacity: Int = 1 << 24) -> [UInt8]? {
        guard let library = dlopen("libbrotlidec.so.1", RTLD_NOW),
            let symbol = dlsym(library, "BrotliDecoderDecompress")
        else { return nil }
        let decompress = unsafeBitCast(symbol, to: Decompress.self)
        var size = capacity
        var isDone = false
        let body = [UInt8](unsafeUninitializedCapacity: capacity) { output, count in
            isDone = decompress(packed.count, packed, &size, output.baseAddress!) == 1
            count = isDone ? size : 0
        }
        return isDone ? body : nil
    }
}
