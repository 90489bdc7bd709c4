"""Backup and restore (备份与恢复): base backups, archived WAL, kept files, and the drill.

A place holds it all:

base/NAME/            one whole backup: manifest.json, cluster, state, files (each sealed)
base/.NAME.part/      one that is being made, or was broken off; never listed
wal/SEGMENT           archived segments of the write-ahead log
files/COUNTY/ab/cd…   kept files by their hash, each once for all backups
reports/              what the drills found
"""
