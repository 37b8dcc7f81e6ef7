/// The statements that one connection has prepared, by their text. Texts are made of literals that stand in the
/// program, so there are only so many.
struct PreparedStatements {
    private var numberByText: [String: Int] = [:]
    private var textByNumber: [Int: String] = [:]
    private var lastNumber = 0

    /// The statement's number, and whether it has to be prepared first.
    mutating func number(of text: String) -> (number: Int, isNew: Bool) {
        if let number = numberByText[text] { return (number, false) }
        lastNumber += 1
        numberByText[text] = lastNumber
        textByNumber[lastNumber] = text
        return (lastNumber, true)
    }

    mutating func forget(_ number: Int) {
        guard let text = textByNumber.removeValue(forKey: number) else { return }
        numberByText[text] = nil
    }

    /// A number is never given twice, so a name is never taken.
    static func name(_ number: Int) -> String { "t\(number)" }
}
