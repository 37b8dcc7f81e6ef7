/// `ticket load …`: how much it holds, and whether it keeps what it promises meanwhile.
enum LoadCommands {
    /// The longer names first: a name is found by its first words.
    static let all = [LoadMerge.command, LoadCompare.command, LoadCommand.command]
}
