from jobs import train

train.main()
