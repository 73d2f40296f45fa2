DROP TABLE screen_pins;
DROP TABLE screen_locks;
DROP TABLE wrong_goods_words;
DROP TABLE wrong_goods;
DROP TABLE sheet_copies;
