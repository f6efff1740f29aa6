// Fixtures that every test run shares: the emulators, started on first use and stopped at the end.
export {};
