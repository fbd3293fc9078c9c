LINES = [
    ("CREATE TABLE a (", "opens defines"),
    ("select", "opens"),
    ("SELECT a, b", ""),
    ("FROM a", ""),
    ("WHERE a IN (", "opens"),
    ("INSERT INTO a (b) VALUES (", "opens defines"),
    ("BEGIN", "opens"),
    ("  IF a THEN", "opens"),
    ("END;", "closes"),
    ("  end if;", "closes"),
    ("endpoint", ""),
    (");", "closes"),
    ("-- create (", "heralds"),
    ("CREATE VIEW a AS", "defines"),
    ("with a as (", "opens"),
    ("count(", ""),
]

FILES = ["a.sql"]
IDS = ["sql", "mysql", "plsql"]
TITLE = "-- {file}\n"
