from train import kept, one_by_one, paths, sweep

for uri in sweep([1]):
    print(uri.split("/"))
for uri in one_by_one([1]):
    print(uri.split("/"))
print(kept([1])[0].split("/"), paths([1])[0].split("/"))
