// Ends this process when the engine is gone that started it: for plugins whose own code does not see to that. The
// engine holds the other end of a plugin's standard input for as long as it lives.
process.stdin.on("end", () => process.exit()).resume();
