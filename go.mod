module steadfast

go 1.26.0
