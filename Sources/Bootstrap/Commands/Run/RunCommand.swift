/// `ticket run`: all three services in one process.
enum RunCommand {
    static var help: String {
        SettingsHelp.text(
            SettingDefaults(executable: .allInOne, cores: ProcessSurroundings.cores()))
    }

    static func main(_ arguments: [String]) -> Never { Program.run(.allInOne, arguments: arguments) }
}
