-- Two statements; the semicolon; in this comment ends none of them.
CREATE TABLE pet (id INT PRIMARY KEY, name VARCHAR(20) NOT NULL DEFAULT 'a;b');
/* nor this; one */
INSERT INTO pet (id) VALUES (1);
