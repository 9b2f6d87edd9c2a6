module github.com/acme/baton-sample

go 1.26
