"""The commands of this project: see script/demo, script/test, script/setup, script/lint and script/lock."""
